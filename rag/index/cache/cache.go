// Package cache keeps what a store read last, within a bound of memory.
package cache

import "sync"

// Sized is what can be kept: its size is about the bytes that it holds.
type Sized interface {
	comparable
	Size() int
}

// Cache keeps values by name. It holds at most Bytes, and drops others in no order
// when one more comes. It may be used by several goroutines at once.
type Cache[V Sized] struct {
	Bytes int

	mu   sync.Mutex
	held map[string]V
	size int
}

// Get returns a value; the zero value when it is not kept.
func (c *Cache[V]) Get(name string) V {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.held[name]
}

// Put keeps a value in the place of an older one.
func (c *Cache[V]) Put(name string, v V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.held == nil {
		c.held = map[string]V{}
	}
	if old, ok := c.held[name]; ok {
		c.size -= old.Size()
	}
	c.held[name] = v
	c.size += v.Size()
	for other, old := range c.held {
		if c.size <= c.Bytes {
			return
		}
		if old != v {
			delete(c.held, other)
			c.size -= old.Size()
		}
	}
}

// Clear drops everything.
func (c *Cache[V]) Clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held, c.size = nil, 0
}
