package envmedic

import (
	"archive/zip"
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// startIndex starts a package index that pip can install from: tabular-tools in two versions. It is the address of its simple interface.
func startIndex(t *testing.T) string {
	files := map[string][]byte{}
	var page strings.Builder
	for _, version := range []string{"1.0", "1.4"} {
		name := "tabular_tools-" + version + "-py3-none-any.whl"
		files["/simple/tabular-tools/"+name] = wheel(t, version)
		fmt.Fprintf(&page, "<a href=%q>%s</a>\n", name, name)
	}
	files["/simple/tabular-tools/"] = []byte(page.String())
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		file, ok := files[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		if strings.HasSuffix(r.URL.Path, "/") {
			w.Header().Set("Content-Type", "text/html")
		}
		_, _ = w.Write(file)
	}))
	t.Cleanup(server.Close)
	return server.URL + "/simple"
}

// wheel is the smallest wheel that pip takes.
func wheel(t *testing.T, version string) []byte {
	t.Helper()
	info := "tabular_tools-" + version + ".dist-info/"
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, file := range []struct{ name, text string }{
		{"tabular_tools.py", "version = " + version + "\n"},
		{info + "METADATA", "Metadata-Version: 2.1\nName: tabular-tools\nVersion: " + version + "\n"},
		{info + "WHEEL", "Wheel-Version: 1.0\nGenerator: envmedic\nRoot-Is-Purelib: true\nTag: py3-none-any\n"},
		{info + "RECORD", "tabular_tools.py,,\n" + info + "METADATA,,\n" + info + "WHEEL,,\n" + info + "RECORD,,\n"},
	} {
		w, err := z.Create(file.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(file.text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
