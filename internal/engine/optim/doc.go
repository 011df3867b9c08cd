// Package optim moves weights: stochastic gradient descent with momentum, its
// schedule, and the slow copy of a network that a momentum target is.
package optim
