package reader

import (
	"fmt"
	"slices"
	"sync"

	ort "github.com/yalue/onnxruntime_go"

	"zhiwen/embeddings"
)

// network is one encoder with its heads, as scripts/reader/export.py writes it: ids and
// types [1, length] in, logits out.
type network struct {
	weights []byte
	outputs []string

	opening sync.Mutex // held while it is opened
	session *ort.DynamicAdvancedSession
}

// open does what takes time, unless that has been done. The runtime must have been loaded.
func (n *network) open() error {
	n.opening.Lock()
	defer n.opening.Unlock()
	if n.session != nil {
		return nil
	}
	options, err := embeddings.SessionOptions()
	if err != nil {
		return err
	}
	defer options.Destroy()
	n.session, err = ort.NewDynamicAdvancedSessionWithONNXData(n.weights, []string{"ids", "types"}, n.outputs, options)
	embeddings.Forget(n.weights) // the program's own file holds them
	return err
}

func (n *network) close() error {
	if n.session == nil {
		return nil
	}
	return n.session.Destroy()
}

// run opens the network if need be and returns the logits of each output: of the reader spans [length, 2] (start, end),
// marks [2] (answerable and one that is not used) and names [length, 9]; of the checker
// one, that the claim is held.
func (n *network) run(in input) ([][]float32, error) {
	if err := n.open(); err != nil {
		return nil, err
	}
	shape := ort.NewShape(1, int64(len(in.ids)))
	ids, err := ort.NewTensor(shape, in.ids)
	if err != nil {
		return nil, err
	}
	defer ids.Destroy()
	types, err := ort.NewTensor(shape, in.types)
	if err != nil {
		return nil, err
	}
	defer types.Destroy()
	outputs := make([]ort.Value, len(n.outputs))
	if err := n.session.Run([]ort.Value{ids, types}, outputs); err != nil {
		return nil, fmt.Errorf("reader: %w", err)
	}
	logits := make([][]float32, len(n.outputs))
	for i, v := range outputs {
		defer v.Destroy()
		t, ok := v.(*ort.Tensor[float32])
		if !ok {
			return nil, fmt.Errorf("reader: output %d is no tensor of float32", i)
		}
		logits[i] = slices.Clone(t.GetData())
	}
	return logits, nil
}
