package source

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"

	"zhiwen/rag/article"
)

// Snapshot is a mark of the files of a folder that changes when one of them comes,
// goes, or is written to: of their names, sizes and times. What of the folder
// cannot be read is part of the mark as well.
func Snapshot(ctx context.Context, folder string) (string, error) {
	listing, err := article.List(ctx, []string{folder})
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	sum := sha256.New()
	fmt.Fprintf(sum, "%v\n", err)
	for _, path := range append(listing.Files, listing.Skipped...) {
		info, err := os.Stat(path)
		if err != nil {
			fmt.Fprintf(sum, "%q %v\n", path, err)
			continue
		}
		fmt.Fprintf(sum, "%q %d %d\n", path, info.Size(), info.ModTime().UnixNano())
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
