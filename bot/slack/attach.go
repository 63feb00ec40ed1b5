package slack

import (
	"encoding/json"
	"strings"
)

// The bot answers from the collection and reads no attached file. Whoever
// attaches one must learn that: a question about the file gets no answer made
// from something else, and the answer to any other question says that the file
// was not read.

// fileNames are the names of the files attached to a message, for showing.
func (e event) fileNames() []string {
	var files []struct {
		Name  string `json:"name"`
		Title string `json:"title"`
		ID    string `json:"id"`
	}
	if len(e.Files) == 0 || json.Unmarshal(e.Files, &files) != nil {
		return nil
	}
	var names []string
	for _, f := range files {
		for _, name := range []string{f.Name, f.Title, f.ID, "?"} {
			if name != "" {
				names = append(names, clip(visible(name), 60))
				break
			}
		}
	}
	return names
}

// listed joins names for a sentence, three at most.
func listed(names []string) string {
	more := ""
	if len(names) > 3 {
		names, more = names[:3], " …"
	}
	return "「" + strings.Join(names, "」「") + "」" + more
}
