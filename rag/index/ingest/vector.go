package ingest

import (
	"fmt"
	"math"
)

// CheckVector refuses what has no direction or the wrong length (0: any) with
// ErrVector.
func CheckVector(v []float32, dimension int) error {
	if len(v) == 0 {
		return fmt.Errorf("%w: it is empty", ErrVector)
	}
	if dimension != 0 && len(v) != dimension {
		return fmt.Errorf("%w: it has %d dimensions and the store's have %d: another embedder made it", ErrVector, len(v), dimension)
	}
	var sum float64
	for i, x := range v {
		if math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) {
			return fmt.Errorf("%w: entry %d is no number", ErrVector, i)
		}
		sum += float64(x) * float64(x)
	}
	if sum == 0 {
		return fmt.Errorf("%w: all entries are zero", ErrVector)
	}
	return nil
}

// Unit returns the vector at length 1, in memory of its own.
func Unit(v []float32) []float32 {
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	out := make([]float32, len(v))
	norm := math.Sqrt(sum)
	for i, x := range v {
		out[i] = float32(float64(x) / norm)
	}
	return out
}
