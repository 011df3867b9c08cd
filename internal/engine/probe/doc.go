// Package probe measures embeddings.
package probe
