from django.urls import path

from billing_site.platform.views import demo_mail, files, notifications

urlpatterns = [
    path("notifications/", notifications.index, name="notifications"),
    path("notifications/reading/", notifications.reading, name="notifications-reading"),
    path("files/<slug:ref>/", files.download, name="file"),
]
# Under /demo/, and only in the demo.
demo_urlpatterns = [
    path("mail/", demo_mail.index, name="demo-mail"),
]
