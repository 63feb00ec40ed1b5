package embeddings

import (
	"context"
	"errors"
)

func newRemote(_ context.Context, _ Options) (Embedder, error) {
	return nil, errors.New("embeddings: remote providers are not built in yet")
}
