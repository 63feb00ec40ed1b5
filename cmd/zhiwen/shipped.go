package main

import (
	"fmt"
	"io/fs"

	"zhiwen/seeds"
)

// shippedFolder is where the shipped articles stand in the project.
const shippedFolder = "seeds/articles"

// eachShipped hands over the raw articles that come with the program, with the
// names that they have in the project's folder.
func eachShipped(each func(raw []byte, name string)) error {
	files := seeds.Articles()
	return fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("read the shipped articles: %w", err)
		}
		if d.IsDir() {
			return nil
		}
		raw, err := fs.ReadFile(files, path)
		if err != nil {
			return fmt.Errorf("read the shipped articles: %w", err)
		}
		each(raw, shippedFolder+"/"+path)
		return nil
	})
}
