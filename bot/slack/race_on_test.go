//go:build race

package slack

// slowdown is how much longer things may take: the race detector makes
// everything several times slower.
const slowdown = 5
