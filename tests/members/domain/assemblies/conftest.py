import pytest

from members.domain.assemblies.listing import freeze
from tests.factories.assemblies import AssemblyFactory
from tests.factories.members import ContactFactory, TermFactory, UserFactory


@pytest.fixture
def clerk(db):
    return UserFactory(is_staff=True)


@pytest.fixture
def hall(clerk):
    """Freezes an assembly and returns it with the lines of its list: `hall("Amal", "Basma", proxies_per_holder=2)`."""

    def make(*names, **rule):
        for name in names:
            TermFactory(membership__contact=ContactFactory(given_name=name, family_name=""))
        assembly = freeze(AssemblyFactory(**rule), by=clerk)
        return assembly, *assembly.voters.order_by("position")

    return make
