// Command zhiwen answers questions over articles and shows for every claim the
// verbatim sentence that it rests on.
//
//	zhiwen ingest articles/          read articles into the store
//	zhiwen ask 2021年签约了多少项目     ask one question
//	zhiwen chat                      ask follow-ups
//	zhiwen --help                    everything else
//
// Each subcommand has a file of its own here. wire.go builds the parts (store,
// embedder, chain) from the configuration and is the only place in the project
// that knows all of them. A command gets its arguments and streams and returns
// an error; [run] turns that into the exit status: 0 when it worked, 2 when the
// command or a setting was written wrong, 1 when it failed.
package main

import (
	"context"
	"os"
)

func main() {
	status := run(context.Background(), os.Args[1:], streams{in: os.Stdin, out: os.Stdout, err: os.Stderr})
	os.Exit(status)
}
