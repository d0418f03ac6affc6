"""The map that every tenant starts with: Segment's e-commerce names, usual log-ins, and Stay's own events."""

BEHAVIOURS = {
    "log_in": ["Signed In", "Logged In", "Login", "login", "log_in", "sign_in", "Signed Up", "Application Opened"],
    "browse": [
        "Product Viewed", "Product List Viewed", "Product Clicked", "Page Viewed", "page", "screen", "browse",
        "product_viewed", "page_viewed", "content_viewed", "Product List Filtered", "Promotion Viewed",
        "Promotion Clicked", "Content Viewed", "Video Content Started",
    ],
    "search": ["Products Searched", "search", "Searched"],
    "cart": [
        "Product Added", "Product Removed", "Cart Viewed", "Cart Cleared", "Cart Shared", "Checkout Started",
        "Checkout Step Viewed", "Checkout Step Completed", "Payment Info Entered", "Order Unpaid", "add_to_cart",
        "remove_from_cart", "cart", "Coupon Entered",
    ],
    "favourite": [
        "Product Added to Wishlist", "Product Removed from Wishlist", "Wishlist Product Added to Cart",
        "favourite", "favorite", "Subscribed", "Watched", "add_to_wishlist",
    ],
    "community": [
        "Product Shared", "Product Reviewed", "comment", "like", "post", "Commented", "Liked", "Posted", "community",
    ],
    "core_use": ["core_use", "Feature Used", "feature_used"],
    "purchase": ["Order Completed", "Order Updated", "purchase"],
    "service": [
        "complaint_opened", "complaint_closed", "nps_answered", "Order Refunded", "Order Cancelled", "support_chat",
        "ticket_opened", "ticket_closed",
    ],
    "message": [
        "message_delivered", "message_clicked", "message_answered", "message_opened", "Email Opened",
        "Email Link Clicked", "Push Notification Tapped",
    ],
    "other": ["consultant_changed", "benefit_granted", "benefit_used"],
}  # fmt: skip


def seed_behaviours(apps, schema_editor):
    model = apps.get_model("customers", "EventBehaviour")
    rows = [model(name=name, behaviour=code) for code, names in BEHAVIOURS.items() for name in names]
    model.objects.bulk_create(rows, ignore_conflicts=True)


def unseed_behaviours(apps, schema_editor):
    names = [name for names in BEHAVIOURS.values() for name in names]
    apps.get_model("customers", "EventBehaviour").objects.filter(name__in=names).delete()
