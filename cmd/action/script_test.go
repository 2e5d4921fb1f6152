package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"envmedic": main})
}

// The scripts are the program's behaviour, seen from its user.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       os.Getenv("UPDATE") != "",
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("NO_COLOR", "")
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"status": status, "pack": pack, "crowd": crowd, "bomb": bomb, "utf16": toUTF16, "binary": binary,
		},
	})
}

// status STATUS ARG... runs envmedic and demands that exit status.
func status(ts *testscript.TestScript, _ bool, args []string) {
	want := args[0]
	err := ts.Exec("envmedic", args[1:]...)
	got := "0"
	if err != nil {
		got = strings.TrimPrefix(err.Error(), "exit status ")
	}
	if got != want {
		ts.Fatalf("exit status %s, want %s", got, want)
	}
}

// pack ARCHIVE FILE... makes a .zip of files or a .gz of one.
func pack(ts *testscript.TestScript, _ bool, args []string) {
	var b bytes.Buffer
	if strings.HasSuffix(args[0], ".gz") {
		z := gzip.NewWriter(&b)
		_, err := z.Write([]byte(ts.ReadFile(args[1])))
		ts.Check(err)
		ts.Check(z.Close())
	} else {
		z := zip.NewWriter(&b)
		for _, name := range args[1:] {
			w, err := z.Create(name)
			ts.Check(err)
			_, err = w.Write([]byte(ts.ReadFile(name)))
			ts.Check(err)
		}
		ts.Check(z.Close())
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b.Bytes(), 0o644))
}

// crowd ARCHIVE N FILE makes a zip that holds the file and N others.
func crowd(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := range n + 1 {
		name, text := fmt.Sprintf("log%05d.txt", i), "Successfully installed x-1\n"
		if i == 0 {
			name, text = "failed.txt", ts.ReadFile(args[2])
		}
		w, err := z.Create(name)
		ts.Check(err)
		_, err = w.Write([]byte(text))
		ts.Check(err)
	}
	ts.Check(z.Close())
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b.Bytes(), 0o644))
}

// bomb ARCHIVE FILE makes a zip that holds the file, and a small entry that says to be, and begins to be, 100 GiB of text.
func bomb(ts *testscript.TestScript, _ bool, args []string) {
	var block bytes.Buffer
	d, err := flate.NewWriter(&block, flate.BestCompression)
	ts.Check(err)
	_, err = d.Write(bytes.Repeat([]byte("boom boom boom \n"), 1<<16))
	ts.Check(err)
	ts.Check(d.Flush())
	packed := bytes.Repeat(block.Bytes(), 256)

	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("failed.txt")
	ts.Check(err)
	_, err = w.Write([]byte(ts.ReadFile(args[1])))
	ts.Check(err)
	w, err = z.CreateRaw(&zip.FileHeader{Name: "bomb.txt", Method: zip.Deflate, CompressedSize64: uint64(len(packed)), UncompressedSize64: 100 << 30})
	ts.Check(err)
	_, err = w.Write(packed)
	ts.Check(err)
	ts.Check(z.Close())
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b.Bytes(), 0o644))
}

// utf16 FILE rewrites a file as PowerShell's > would have written it.
func toUTF16(ts *testscript.TestScript, _ bool, args []string) {
	out := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(ts.ReadFile(args[0]))) {
		out = append(out, byte(u), byte(u>>8))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), out, 0o644))
}

// binary FILE writes what no log is.
func binary(ts *testscript.TestScript, _ bool, args []string) {
	text := "\x7fELF\x02\x01\x01"
	for i := range 5000 {
		text += string([]byte{byte(i), 0, byte(i * 7), 0xff, 0, 1})
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o755))
}
