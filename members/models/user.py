from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager):
    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        """Return a new user who logs in with `email`. Raises ValueError without one."""
        if not email:
            raise ValueError("A user needs an e-mail address to log in with.")
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def colleagues(self) -> models.QuerySet["User"]:
        """Staff who may look after somebody: whoever has a role and has not left."""
        return self.filter(is_active=True, groups__isnull=False).distinct()

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":
        """Return a new user who may do everything."""
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})


class User(AbstractUser):
    """Someone who can log in: a member on the site, or staff. Who they are stands on their Contact."""

    username = None
    email = models.EmailField(_("e-mail address"), unique=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    objects = UserManager()

    def __str__(self):
        return self.email
