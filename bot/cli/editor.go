package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/peterh/liner"
)

// PlainEditor reads lines where there is no terminal to edit on.
type PlainEditor struct{ in *bufio.Reader }

// NewPlainEditor reads lines from in and shows no prompt.
func NewPlainEditor(in io.Reader) *PlainEditor { return &PlainEditor{bufio.NewReader(in)} }

// Prompt returns the next line.
func (e *PlainEditor) Prompt(string) (string, error) {
	line, tooLong, err := readLine(e.in)
	if err != nil && (len(line) == 0 || !errors.Is(err, io.EOF)) {
		return "", err
	}
	if tooLong {
		return "", fmt.Errorf("the line is longer than %d bytes", maxLine)
	}
	return string(line), nil
}

// AppendHistory does nothing: what is not typed is not recalled.
func (e *PlainEditor) AppendHistory(string) {}

// TerminalEditor edits lines on the terminal and remembers them in a file.
type TerminalEditor struct {
	state *liner.State
	path  string
}

// NewTerminalEditor takes the terminal over; Close gives it back. Lines typed
// before are read from the history file, which need not exist.
func NewTerminalEditor(historyFile string) *TerminalEditor {
	e := &TerminalEditor{state: liner.NewLiner(), path: historyFile}
	e.state.SetCtrlCAborts(true)
	e.state.SetMultiLineMode(true)
	if f, err := os.Open(historyFile); err == nil {
		_, _ = e.state.ReadHistory(f) // without it there is only less to recall
		f.Close()
	}
	return e
}

// Prompt returns the line that was typed; Ctrl-C gives [ErrInterrupted],
// Ctrl-D io.EOF.
func (e *TerminalEditor) Prompt(prompt string) (string, error) {
	line, err := e.state.Prompt(prompt)
	if errors.Is(err, liner.ErrPromptAborted) {
		return "", ErrInterrupted
	}
	return line, err
}

// AppendHistory remembers a line.
func (e *TerminalEditor) AppendHistory(line string) { e.state.AppendHistory(line) }

// Close gives the terminal back and writes the history, readable by its owner
// only. That it cannot be written (a read-only store) is returned, and nothing
// else is lost by it.
func (e *TerminalEditor) Close() error {
	defer e.state.Close()
	f, err := os.OpenFile(e.path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("write the chat history: %w", err)
	}
	_, err = e.state.WriteHistory(f)
	return errors.Join(err, f.Close())
}
