package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// engines are the ways to run a container, the usual one first. Where a machine
// may not raise limits or has both versions of control groups, the later ones
// still work.
var engines = [][]string{
	{"podman", "run", "--network=host"},
	{"podman", "--runtime=runc", "run", "--network=host", "--ulimit=nofile=1024:1024", "--ulimit=nproc=1000:1000"},
	{"docker", "run", "--network=host"},
}

// workingEngine is the first of the engines that can be talked to, "" for none, and what
// keeps the others from it: a docker may be there without its daemon.
func workingEngine(ctx context.Context, names ...string) (engine, why string) {
	for _, name := range names {
		out, err := exec.CommandContext(ctx, name, "info").CombinedOutput()
		if err == nil {
			return name, ""
		}
		why += fmt.Sprintf("%s: %v %s; ", name, err, strings.TrimSpace(string(out)))
	}
	return "", why
}

// An engine that is there and does not work is not taken, and is told of.
func TestWorkingEngine(t *testing.T) {
	dir := t.TempDir()
	for name, script := range map[string]string{"broken": "echo no daemon; exit 1", "sound": "exit 0"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir)
	if engine, why := workingEngine(t.Context(), "missing", "broken", "sound"); engine != "sound" {
		t.Errorf("%q: %s", engine, why)
	}
	if engine, why := workingEngine(t.Context(), "missing", "broken"); engine != "" || !strings.Contains(why, "missing") || !strings.Contains(why, "no daemon") {
		t.Errorf("%q: %s", engine, why)
	}
}

// The image is built without a registry, reads articles into its volume as a
// user without rights, serves, passes its own health check, and ends in good
// order when told to.
func TestImage(t *testing.T) {
	if os.Getenv("ZHIWEN_IMAGE") != "1" {
		t.Skip("builds and runs a container image, which takes a minute or more; make test-image does")
	}
	requireModel(t)
	skip := t.Skipf
	if os.Getenv("ZHIWEN_REQUIRE_IMAGE") == "1" {
		skip = t.Fatalf
	}
	installed, why := workingEngine(t.Context(), "podman", "docker")
	if installed == "" {
		skip("no image can be built and run here, for want of an engine that works: %s", why)
	}
	program := filepath.Join(t.TempDir(), "zhiwen")
	if out, err := exec.Command("go", "build", "-o", program, "zhiwen/cmd/zhiwen").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	name := fmt.Sprintf("zhiwen-test-%d", os.Getpid())
	build := exec.CommandContext(ctx, filepath.Join("..", "..", "scripts", "image"), name)
	build.Env = append(os.Environ(), "ZHIWEN_PROGRAM="+program, "ZHIWEN_IMAGE_ENGINE="+installed)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("scripts/image: %v\n%s", err, out)
	}
	engine := func(how []string, args ...string) *exec.Cmd {
		return exec.CommandContext(ctx, how[0], append(how[1:len(how):len(how)], args...)...)
	}
	t.Cleanup(func() {
		for _, args := range [][]string{{"rm", "-f", name}, {"rmi", "-f", name}, {"volume", "rm", "-f", name}} {
			_ = exec.Command(installed, args...).Run()
		}
	})
	var how []string
	for _, candidate := range engines {
		if candidate[0] != installed {
			continue
		}
		out, err := engine(candidate, "--rm", name, "version").CombinedOutput()
		if err == nil {
			how = candidate
			break
		}
		why += string(out)
	}
	if how == nil {
		skip("the image was built, but %s cannot start containers here: %s", installed, why)
	}
	// The engine's own commands take its global flags, but not those of run.
	control := []string{how[0]}
	if strings.HasPrefix(how[1], "--") {
		control = append(control, how[1])
	}
	volume := "--volume=" + name + ":/var/lib/zhiwen"
	if out, err := engine(how, "--rm", volume, name, "ingest", "--shipped").CombinedOutput(); err != nil || !strings.Contains(string(out), "10 new") {
		t.Fatalf("ingest: %v\n%s", err, out)
	}
	address, err := freeAddress()
	if err != nil {
		t.Fatal(err)
	}
	if out, err := engine(how, "--detach", "--name="+name, volume, "--env=ZHIWEN_SERVE_LISTEN="+address, name, "serve").CombinedOutput(); err != nil {
		t.Fatalf("serve: %v\n%s", err, out)
	}
	said := ""
	for deadline := time.Now().Add(time.Minute); said != "ok\n" && time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		if response, err := http.Get("http://" + address + "/healthz"); err == nil {
			body, _ := io.ReadAll(response.Body)
			response.Body.Close()
			said = string(body)
		}
	}
	if said != "ok\n" {
		logs, _ := engine(control, "logs", name).CombinedOutput()
		t.Fatalf("/healthz answers %q:\n%s", said, logs)
	}
	response, err := http.Post("http://"+address+"/v1/ask", "application/json", strings.NewReader(`{"question":"2021智博会签约多少项目"}`))
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(response.Body)
	response.Body.Close()
	if !strings.Contains(string(body), "92个") {
		t.Errorf("answer: %s", body)
	}
	if out, err := engine(control, "inspect", "--format", "{{.Config.User}} {{json .Config.Healthcheck}}", name).CombinedOutput(); err != nil || !strings.HasPrefix(string(out), "10001") || !strings.Contains(string(out), "healthcheck") {
		t.Errorf("user and health check: %v %s", err, out)
	}
	if out, err := engine(control, "exec", name, "/usr/local/bin/zhiwen", "healthcheck").CombinedOutput(); err != nil {
		t.Errorf("health check: %v\n%s", err, out)
	}
	if out, err := engine(control, "stop", "--time=30", name).CombinedOutput(); err != nil {
		t.Fatalf("stop: %v\n%s", err, out)
	}
	if out, err := engine(control, "inspect", "--format", "{{.State.ExitCode}}", name).Output(); err != nil || strings.TrimSpace(string(out)) != "0" {
		t.Errorf("ended with %s (%v)", out, err)
	}
}
