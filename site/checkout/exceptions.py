class CheckoutError(Exception):
    """Something asked of the till cannot be done. Its text is a sentence for the payer."""
