package reader

import (
	"fmt"
	"slices"

	ort "github.com/yalue/onnxruntime_go"
)

// network is one encoder with its heads, as scripts/reader/export.py writes it: ids and
// types [1, length] in, logits out.
type network struct {
	session *ort.DynamicAdvancedSession
	outputs int
}

// openNetwork takes the named outputs of a model. The runtime must have been loaded.
func openNetwork(weights []byte, outputs ...string) (*network, error) {
	options, err := ort.NewSessionOptions()
	if err != nil {
		return nil, err
	}
	defer options.Destroy()
	for _, set := range []func() error{
		func() error { return options.SetIntraOpNumThreads(1) },
		func() error { return options.SetInterOpNumThreads(1) },
		func() error { return options.SetGraphOptimizationLevel(ort.GraphOptimizationLevelEnableExtended) },
		func() error { return options.SetMemPattern(false) }, // lengths vary
	} {
		if err := set(); err != nil {
			return nil, fmt.Errorf("set session options: %w", err)
		}
	}
	session, err := ort.NewDynamicAdvancedSessionWithONNXData(weights, []string{"ids", "types"}, outputs, options)
	if err != nil {
		return nil, err
	}
	return &network{session, len(outputs)}, nil
}

// close may be called on nil, where the network did not open.
func (n *network) close() error {
	if n == nil {
		return nil
	}
	return n.session.Destroy()
}

// run returns the logits of each output: of the reader spans [length, 2] (start, end),
// marks [2] (answerable and one that is not used) and names [length, 9]; of the checker
// one, that the claim is held.
func (n *network) run(in input) ([][]float32, error) {
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
	outputs := make([]ort.Value, n.outputs)
	if err := n.session.Run([]ort.Value{ids, types}, outputs); err != nil {
		return nil, fmt.Errorf("reader: %w", err)
	}
	logits := make([][]float32, n.outputs)
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
