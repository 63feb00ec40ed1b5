package index

import (
	"math/rand/v2"
	"testing"
)

func randomCodes(rows, stride int) (codes []byte, query []int16) {
	r := rand.New(rand.NewPCG(1, 2))
	codes, query = make([]byte, rows*stride), make([]int16, stride)
	for i := range codes {
		codes[i] = byte(r.Uint32())
	}
	for i := range query {
		query[i] = int16(r.IntN(2*queryLevels+1) - queryLevels)
	}
	return codes, query
}

func plainDotProducts(codes []byte, query []int16, out []int32) {
	for i := range out {
		var sum int32
		for j, c := range codes[i*len(query) : (i+1)*len(query)] {
			sum += int32(int8(c)) * int32(query[j])
		}
		out[i] = sum
	}
}

func TestDotProducts(t *testing.T) {
	for _, stride := range []int{32, 64, 512, 1024} {
		codes, query := randomCodes(37, stride)
		got, want := make([]int32, 37), make([]int32, 37)
		dotProducts(codes, query, got)
		plainDotProducts(codes, query, want)
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("stride %d, row %d: %d, want %d", stride, i, got[i], want[i])
			}
		}
	}
}

func BenchmarkDotProducts(b *testing.B) {
	const rows, stride = 100_000, 512
	codes, query := randomCodes(rows, stride)
	out := make([]int32, rows)
	for name, f := range map[string]func([]byte, []int16, []int32){"c": dotProducts, "go": plainDotProducts} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				f(codes, query, out)
			}
		})
	}
}
