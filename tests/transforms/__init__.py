"""What derives functions: grad, jvp, vjp, jacobian, hessian, over containers and in one another."""
