"""Texts that want to be scripts."""

from __future__ import annotations

from contextlib import suppress

from django.db import IntegrityError, connections

CALL = "executed('x')"
TEMPLATES = [
    "<script>{}</script>", "<ScRiPt>{}</sCrIpT>", "<script src=//evil.example/x.js></script>",
    "<img src=x onerror={}>", '<img src=x onerror="{}">', "'\"><img src=x onerror={}>",
    '"><script>{}</script>', "'><script>{}</script>", "</title><script>{}</script>",
    "</textarea><script>{}</script>", "</style><script>{}</script>", "--><script>{}</script>",
    "]]><script>{}</script>", "</script><script>{}</script>", "<svg onload={}>",
    "<svg/onload={}>", "<svg><script>{}</script></svg>", "<svg><animate onbegin={} dur=1s>",
    "<math><mtext><script>{}</script></mtext></math>", "<body onload={}>",
    '<iframe src="javascript:{}"></iframe>', '<iframe srcdoc="<script>{}</script>">',
    '<object data="javascript:{}">', '<embed src="javascript:{}">',
    '<a href="javascript:{}" autofocus>go</a>', '<a href="JaVaScRiPt:{}">go</a>',
    '<a href="data:text/html,<script>{}</script>">go</a>', "javascript:{}", "java\tscript:{}",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==", '" onmouseover="{}',
    "' onmouseover='{}", '" autofocus onfocus="{}', "' autofocus onfocus='{}",
    "x onerror={} ", "` onerror=`{}", "<input autofocus onfocus={}>",
    "<select autofocus onfocus={}>", "<textarea autofocus onfocus={}>",
    "<details open ontoggle={}>", "<video><source onerror={}>", "<audio src=x onerror={}>",
    "<marquee onstart={}>", '<meta http-equiv=refresh content="0;url=javascript:{}">',
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>@import '//evil.example/x.css'</style>",
    "<style>*{{background:url(//evil.example/x)}}</style>", "<base href=//evil.example/>",
    "<form action=//evil.example/><input type=submit>",
    '<p style="background:url(//evil.example)">',
    "{{{{7*7}}}}{{% debug %}}", "${{{}}}", "<%= {} %>", "&lt;script&gt;{}&lt;/script&gt;",
    "&#60;script&#62;{}&#60;/script&#62;", "\\u003cscript\\u003e{}\\u003c/script\\u003e",
    "\u2028{}\u2029", "<img src=//evil.example/x.png>", "<b onclick={} hx-on:load={}>b</b>",
    '<div hx-get="/" hx-trigger="load" hx-on::load="{}">',
    "</option></select><img src=x onerror={}>",
]  # fmt: skip
PAYLOADS = [template.format(*[CALL] * template.count("{}")) for template in TEMPLATES]
SPY = "window.executed = window.alert = () => { console.error('a script of a text was executed') }"

# Columns whose words mean something to us, and which no page shows as somebody's text.
NOT_TEXT = "(^|_)({})$".format(
    "ref|state|was|became|currency|kind|role|key|task|url|path|email|hash|sha256|code|secret|type|"
    "password|language|time_zone|purpose|country|number|account|destination|id|stored_as|treatment|"
    "version|side|scope|gateway|behavior|status|html|last4|document|transfer|deed|check"
)
OURS = r"^(people|platform|payments|invoices|disputes)_"
MADE_BY_MACHINES = {"platform_job", "platform_operation", "platform_series", "platform_cache"}


def write_everywhere() -> dict[str, int]:
    """Put hostile texts into every text column of every row; return how many rows of each.

    As its owner and with the triggers off: whatever a form would have refused is here now.
    """
    written = {}
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, coalesce(character_maximum_length, 10000)"
            " FROM information_schema.columns WHERE table_schema = 'public'"
            " AND data_type IN ('text', 'character varying') AND table_name ~ %s"
            " AND column_name !~ %s AND is_generated = 'NEVER'",
            [OURS, NOT_TEXT],
        )
        columns = [row for row in cursor.fetchall() if row[0] not in MADE_BY_MACHINES]
        cursor.execute("SET session_replication_role = replica")
        for table, column, longest in columns:
            offered = _fitting(longest)
            with suppress(IntegrityError):  # a constraint refuses it: nobody can write it
                cursor.execute(
                    f'UPDATE "{table}" SET "{column}" = '
                    f'(%s::text[])[1 + abs(hashtext(ctid::text)) %% %s] WHERE "{column}" <> %s',
                    [offered, len(offered), ""],
                )
                written[f"{table}.{column}"] = cursor.rowcount
        cursor.execute("SET session_replication_role = origin")
    return written


def _fitting(longest: int) -> list[str]:
    """The payloads as lines that fit: one a row where it is short, all of them where it is long."""
    if longest >= sum(map(len, PAYLOADS)) + len(PAYLOADS):
        return ["\n".join(PAYLOADS)]
    return [payload for payload in PAYLOADS if len(payload) <= longest] or [PAYLOADS[0][:longest]]
