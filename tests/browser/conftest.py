from tests.browser.fixtures import (
    chromium,
    complaints,
    open_page,
    site,
    static_files_have_a_place,
)

__all__ = ["chromium", "complaints", "open_page", "site", "static_files_have_a_place"]
