package kernel

// Momentum is v[i] = mu*v[i] + (g[i] + wd*w[i]) and then w[i] -= lr*v[i].
func (Plain[F]) Momentum(w, v, g []F, lr, mu, wd F) {
	v, g = v[:len(w)], g[:len(w)]
	for i := range w {
		v[i] = F(mu*v[i]) + (g[i] + F(wd*w[i]))
		w[i] -= F(lr * v[i])
	}
}
