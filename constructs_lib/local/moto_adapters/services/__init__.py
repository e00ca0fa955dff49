"""Other services of moto: what they tell otherwise than AWS."""
