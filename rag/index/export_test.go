package index

// SetPassing lets tests outside of the package fail or die at each point at
// which something becomes lasting.
func SetPassing(f func(point string) error) { passing = f }
