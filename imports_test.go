package envmedic

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/envmedic/envmedic/"

// allowed is the table of docs/architecture.md: which packages of this module each may import, and what it may know of the world.
var allowed = map[string]struct {
	own   []string
	world []string // of: os, net
}{
	".":                        {},
	"internal/buildlog":        {},
	"internal/edit":            {},
	"internal/manifest":        {own: []string{"internal/edit"}},
	"internal/diagnose":        {own: []string{"internal/buildlog", "internal/manifest", "internal/edit"}},
	"internal/annotate/remote": {world: []string{"net"}},
	"internal/annotate/github": {own: []string{"internal/annotate", "internal/annotate/remote", "internal/diagnose", "internal/edit"}, world: []string{"net"}},
	"internal/annotate/azure":  {own: []string{"internal/annotate", "internal/annotate/remote", "internal/diagnose", "internal/edit"}, world: []string{"net"}},
	// The Azure DevOps that tests talk to. It reads Microsoft's own description from outside of the repository.
	"internal/annotate/azure/azuretest": {world: []string{"net", "os"}},
	// The GitHub that tests talk to. It reads GitHub's own description from outside of the repository, and writes the runner's files.
	"internal/annotate/github/githubtest": {world: []string{"net", "os"}},
	"internal/annotate":                   {own: []string{"internal/buildlog", "internal/diagnose", "internal/edit"}},
	"cmd/action": {
		own:   []string{"internal/buildlog", "internal/manifest", "internal/edit", "internal/diagnose", "internal/annotate", "internal/annotate/github", "internal/annotate/azure", "internal/annotate/remote"},
		world: []string{"os"},
	},
}

// worldly sorts packages of the standard library by the part of the world that they open.
var worldly = map[string]string{
	"os": "os", "os/exec": "os", "os/signal": "os", "os/user": "os", "syscall": "os", "io/ioutil": "os",
	"net": "net", "net/http": "net", "net/smtp": "net", "net/rpc": "net", "crypto/tls": "net",
}

func TestImports(t *testing.T) {
	err := filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && p != "." || d.Name() == "testdata" || d.Name() == "node_modules") {
			return filepath.SkipDir
		}
		if path.Ext(p) == ".go" && !strings.HasSuffix(p, "_test.go") {
			checkImports(t, filepath.ToSlash(p))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func checkImports(t *testing.T, file string) {
	t.Helper()
	room := path.Dir(file)
	may, known := allowed[room]
	if !known {
		t.Errorf("%s: the package has no row in imports_test.go; write one there and in docs/architecture.md", room)
		return
	}
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range f.Imports {
		name, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		if own, ok := strings.CutPrefix(name, module); ok && !slices.Contains(may.own, own) {
			t.Errorf("%s imports %s, which %s may not", file, own, room)
		}
		if part := worldly[name]; part != "" && !slices.Contains(may.world, part) {
			t.Errorf("%s imports %q, which only a package that may touch %s does", file, name, part)
		}
	}
}
