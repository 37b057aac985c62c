def cancel_sign_up(sign_up, *, at):
    raise NotImplementedError
