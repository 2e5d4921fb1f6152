package main

import (
	"bytes"
	"strings"
	"testing"
)

type faultyWriter struct{}

func (faultyWriter) Write([]byte) (int, error) { panic("index out of range\x1b[31m") }

func TestFaultIsTold(t *testing.T) {
	var said bytes.Buffer
	status := guarded(world{args: []string{"--version"}, stdout: faultyWriter{}, stderr: &said})
	if status != couldNot || !strings.Contains(said.String(), "please report it") || strings.Contains(said.String(), "\x1b") {
		t.Errorf("status %d, said %q", status, said.String())
	}
}
