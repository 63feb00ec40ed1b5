//go:build !race

package slack

const slowdown = 1
