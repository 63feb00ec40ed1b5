package main

import (
	"context"
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhiwen/rag/index/weaviate"
)

// One machine ingests into a cluster; another one, with nothing but the settings,
// answers from it. Needs the cluster that scripts/cluster env names.
func TestTwoMachinesOneCluster(t *testing.T) {
	hosts, key, replicas := os.Getenv("ZHIWEN_INDEX_HOSTS"), os.Getenv("ZHIWEN_INDEX_API_KEY"), os.Getenv("ZHIWEN_INDEX_REPLICAS")
	switch {
	case hosts == "" && os.Getenv("ZHIWEN_REQUIRE_CLUSTER") != "":
		t.Fatal("ZHIWEN_INDEX_HOSTS names no cluster, and there has to be one")
	case hosts == "":
		t.Skip("ZHIWEN_INDEX_HOSTS names no cluster")
	}
	requireModel(t)
	isolate(t)
	collection := "Test" + rand.Text()
	for name, value := range map[string]string{
		"INDEX_BACKEND": "weaviate", "INDEX_HOSTS": hosts, "INDEX_API_KEY": key, "INDEX_REPLICAS": replicas,
		"INDEX_COLLECTION": collection, "LLM_PROVIDER": "none",
	} {
		t.Setenv("ZHIWEN_"+name, value)
	}
	t.Cleanup(func() {
		s, err := weaviate.Open(context.Background(), weaviate.Options{Hosts: strings.Split(hosts, ","), Key: key, Collection: collection})
		if err == nil {
			err = s.Destroy(context.Background())
		}
		if err != nil {
			t.Error(err)
		}
	})
	machine := func(name string) { t.Setenv("ZHIWEN_STORE_DIR", filepath.Join(t.TempDir(), name)) }

	machine("first")
	if status, _, errs := zhiwen(t, "", "ask", "2021 智博会签约多少项目"); status == 0 || !strings.Contains(errs, "ingest") {
		t.Errorf("before anything is there: exit status %d: %s", status, errs)
	}
	if status, out, errs := zhiwen(t, "", "ingest", "--shipped"); status != 0 || !strings.Contains(out+errs, "10 new") {
		t.Fatalf("ingest: exit status %d: %s %s", status, out, errs)
	}

	machine("second")
	for _, c := range []struct{ want, args string }{
		{"92个", "ask 2021智博会签约多少项目"},
		{"智博会", "search 智博会"},
		{"10", "status"},
		{"唐良智", "articles"},
		{"10 articles and 63 passages looked at, 0 problems", "doctor"},
		{"0 new, 0 changed, 10 unchanged", "ingest --shipped"},
		{"0 problems", "doctor --repair"},
	} {
		if status, out, errs := zhiwen(t, "", strings.Fields(c.args)...); status != 0 || !strings.Contains(out+errs, c.want) {
			t.Errorf("%s: exit status %d: %s %s", c.args, status, out, errs)
		}
	}
	if strings.Count(hosts, ",") > 0 {
		if status, _, errs := zhiwen(t, "", "backup", "one"); status == 0 || !strings.Contains(errs, "backup-s3") {
			t.Errorf("backup: exit status %d: %s", status, errs)
		}
	}
	t.Setenv("ZHIWEN_INDEX_API_KEY", "wrong")
	if status, _, errs := zhiwen(t, "", "doctor"); status == 0 || !strings.Contains(errs, "refuses the key") {
		t.Errorf("a wrong key: exit status %d: %s", status, errs)
	}
}
