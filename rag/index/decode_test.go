package index

import (
	"errors"
	"slices"
	"testing"
)

func TestVectorsSurviveStorage(t *testing.T) {
	v := []float32{0, -1.5, 3.4028235e38, 1e-45}
	got, err := decodeVector(encodeVector(v))
	if err != nil || !slices.Equal(got, v) {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := decodeVector([]byte{1, 2, 3}); !errors.Is(err, ErrVector) {
		t.Errorf("three bytes: %v", err)
	}
}
