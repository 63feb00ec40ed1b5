package index

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"github.com/blevesearch/mmap-go"
)

// A segment is a file of vectors, never changed once written and mapped into
// memory: the codes, a row of bytes for each vector; scale, error and the end
// of its ID for each (4 bytes); the IDs; and a footer. A code is the vector
// divided by its scale and rounded to an int8; rows are padded with zeros to a
// multiple of codeAlign. The error is the length of what rounding took away.
type segment struct {
	data      []byte
	unmap     func() error
	dimension int
	stride    int // bytes of a row
	count     int
	scales    []byte
	errors    []byte
	ends      []byte
	ids       []byte
	gone      map[int]bool // rows that have been replaced or removed
}

const (
	codeAlign     = 32
	codeLevels    = 127
	segmentMagic  = 0x3163766e65776868 // "hhwenvc1"
	segmentFooter = 8 + 4*4
)

// segmentWriter writes a segment.
type segmentWriter struct {
	w                         io.Writer
	dimension, count          int
	row                       []byte
	scales, errors, ends, ids []byte
}

// add appends a vector of length 1.
func (w *segmentWriter) add(id string, v []float32) error {
	if w.count == 0 {
		w.dimension = len(v)
		w.row = make([]byte, (len(v)+codeAlign-1)/codeAlign*codeAlign)
	}
	if len(v) != w.dimension {
		return fmt.Errorf("%w: passage %s has %d dimensions, those before it %d", ErrVector, id, len(v), w.dimension)
	}
	scale, lost := quantize(v, codeLevels, func(i int, code int) { w.row[i] = byte(int8(code)) })
	if _, err := w.w.Write(w.row); err != nil {
		return err
	}
	w.count++
	w.ids = append(w.ids, id...)
	w.scales = binary.LittleEndian.AppendUint32(w.scales, math.Float32bits(scale))
	w.errors = binary.LittleEndian.AppendUint32(w.errors, math.Float32bits(lost))
	w.ends = binary.LittleEndian.AppendUint32(w.ends, uint32(len(w.ids)))
	return nil
}

// quantize rounds v/scale to whole numbers between -levels and levels, and
// returns the scale and how long the difference to v is.
func quantize(v []float32, levels int, set func(i, code int)) (scale, lost float32) {
	var most float64
	for _, x := range v {
		most = max(most, math.Abs(float64(x)))
	}
	step := float32(most / float64(levels))
	var sum float64
	for i, x := range v {
		code := 0
		if step > 0 {
			code = int(math.Round(float64(x) / float64(step)))
			code = max(-levels, min(levels, code))
		}
		set(i, code)
		d := float64(x) - float64(code)*float64(step)
		sum += d * d
	}
	return step, float32(math.Sqrt(sum))
}

// finish writes what follows the codes.
func (w *segmentWriter) finish() error {
	footer := binary.LittleEndian.AppendUint64(nil, segmentMagic)
	for _, n := range []int{w.dimension, len(w.row), w.count, len(w.ids)} {
		footer = binary.LittleEndian.AppendUint32(footer, uint32(n))
	}
	for _, part := range [][]byte{w.scales, w.errors, w.ends, w.ids, footer} {
		if _, err := w.w.Write(part); err != nil {
			return err
		}
	}
	return nil
}

// openSegment maps the file of a segment.
func openSegment(path string) (*segment, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() // the mapping stays
	data, err := mmap.Map(f, mmap.RDONLY, 0)
	if err != nil {
		return nil, fmt.Errorf("map %s: %w", path, err)
	}
	s, err := readSegment(data)
	if err != nil {
		data.Unmap()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	s.unmap = data.Unmap
	return s, nil
}

// readSegment finds the parts of a segment.
func readSegment(data []byte) (*segment, error) {
	if len(data) < segmentFooter {
		return nil, errors.New("no vectors")
	}
	foot := data[len(data)-segmentFooter:]
	number := func(i int) int { return int(binary.LittleEndian.Uint32(foot[8+4*i:])) }
	s := &segment{data: data, dimension: number(0), stride: number(1), count: number(2)}
	codes, ids := s.count*s.stride, number(3)
	if binary.LittleEndian.Uint64(foot) != segmentMagic || s.stride < s.dimension || len(data) != codes+12*s.count+ids+segmentFooter {
		return nil, errors.New("not a file of vectors, or cut off")
	}
	rest := data[codes:]
	s.scales, rest = rest[:4*s.count], rest[4*s.count:]
	s.errors, rest = rest[:4*s.count], rest[4*s.count:]
	s.ends, rest = rest[:4*s.count], rest[4*s.count:]
	s.ids = rest[:ids]
	return s, nil
}

func (s *segment) float(list []byte, row int) float32 {
	return math.Float32frombits(binary.LittleEndian.Uint32(list[4*row:]))
}

// id returns the ID of a row's passage.
func (s *segment) id(row int) string {
	from := uint32(0)
	if row > 0 {
		from = binary.LittleEndian.Uint32(s.ends[4*(row-1):])
	}
	return string(s.ids[from:binary.LittleEndian.Uint32(s.ends[4*row:])])
}

// rows returns the rows of the passages that are in ids and not gone.
func (s *segment) rows(ids map[string]bool) []int {
	var out []int
	for row := range s.count {
		if ids[s.id(row)] && !s.gone[row] {
			out = append(out, row)
		}
	}
	return out
}

func (s *segment) close() error {
	if s.unmap == nil {
		return nil
	}
	return s.unmap()
}

// memorySegment makes a segment in memory; nil without vectors.
func memorySegment(fill func(*segmentWriter) error) (*segment, error) {
	var b bytes.Buffer
	w := &segmentWriter{w: &b}
	if err := fill(w); err != nil || w.count == 0 {
		return nil, err
	}
	if err := w.finish(); err != nil {
		return nil, err
	}
	return readSegment(b.Bytes())
}
