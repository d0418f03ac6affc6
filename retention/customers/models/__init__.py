"""The rows of the customer record."""

from retention.customers.models.customer import Account, Contact, Customer, Identity
from retention.customers.models.derived import CustomerState
from retention.customers.models.facts import Category, Event, EventBehaviour, Order, OrderLine, Product
from retention.customers.models.imports import ImportError, ImportJob, KeptAnswer
from retention.customers.models.points import EarnRule, Level, LevelMultiplier, MembershipFigures, PointEntry
from retention.customers.models.relationship import ConsentEntry, Membership, Preference, Touch
from retention.customers.models.tags import CustomerTag

__all__ = [
    "Account",
    "Category",
    "ConsentEntry",
    "Contact",
    "Customer",
    "CustomerState",
    "CustomerTag",
    "EarnRule",
    "Event",
    "EventBehaviour",
    "Identity",
    "ImportError",
    "ImportJob",
    "KeptAnswer",
    "Level",
    "LevelMultiplier",
    "Membership",
    "MembershipFigures",
    "Order",
    "OrderLine",
    "PointEntry",
    "Preference",
    "Product",
    "Touch",
]
