package embeddings

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

var (
	deployedCache = regexp.MustCompile(`(?m)^(?:Environment=|ENV .*)XDG_CACHE_HOME=(\S+)$`)
	deployedModel = regexp.MustCompile(`(?m)^(?:RUN|#  ) scripts/model (\S+)$`)
)

// A service has no cache folder of its own. Where the files for deployment put
// the model is where they let the program look for it.
func TestDeployedModelIsFound(t *testing.T) {
	for _, name := range []string{"zhiwen.service"} {
		text, err := os.ReadFile(filepath.Join("..", "deploy", name))
		if err != nil {
			t.Fatal(err)
		}
		cache, model := deployedCache.FindSubmatch(text), deployedModel.FindSubmatch(text)
		if cache == nil || model == nil {
			t.Errorf("%s does not say where the model is: %q, %q", name, cache, model)
			continue
		}
		t.Setenv("XDG_CACHE_HOME", string(cache[1]))
		if dir, err := CacheDir(); err != nil || dir != string(model[1]) {
			t.Errorf("%s puts the model into %s; the program looks in %s (%v)", name, model[1], dir, err)
		}
	}
}
