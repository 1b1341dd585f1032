"""Networks: layers, losses, optimizers, data and what a run left behind."""
