package embeddings

import "errors"

var (
	// ErrModelMissing says that a file of the model or of ONNX Runtime is not
	// there; the error around it names the file and the ways to get it.
	ErrModelMissing = errors.New("a file of the embedding model is missing")
	// ErrBadVector says that a provider returned a vector without a direction:
	// all zero, or with a component that is not a finite number.
	ErrBadVector = errors.New("vector is zero or not finite")
	// ErrDimension says that a vector's size is not the expected one.
	ErrDimension = errors.New("wrong vector dimension")
	// ErrCount says that a provider did not return one vector for each text.
	ErrCount = errors.New("wrong number of vectors")
	// ErrClosed says that the embedder was used after Close.
	ErrClosed = errors.New("embedder is closed")
)
