package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A stranger's checkout may hold links where this program, which is root in the action's container, writes.
func TestLinksOfTheCheckoutAreNotFollowed(t *testing.T) {
	for _, link := range []string{".envmedic", ".envmedic/report.json", "envmedic.patch", "out.sarif"} {
		outside, workspace := t.TempDir(), t.TempDir()
		victim := filepath.Join(outside, "report.json")
		name := filepath.Join(workspace, link)
		target := victim
		if link == ".envmedic" {
			target = outside
		}
		for _, err := range []error{
			os.WriteFile(victim, []byte("theirs"), 0o644), os.MkdirAll(filepath.Dir(name), 0o755), os.Symlink(target, name),
			os.WriteFile(filepath.Join(workspace, "build.log"), []byte(condaLog), 0o644),
			os.WriteFile(filepath.Join(workspace, "environment.yml"), []byte(condaFile), 0o644),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		t.Chdir(workspace)
		l, said := &listener{}, &strings.Builder{}
		c := &command{world: world{
			environ: []string{"GITHUB_WORKSPACE=" + workspace, "INPUT_SARIF=out.sarif", "INPUT_PATCH=file", "INPUT_FIXES=review"}, stdout: said, stderr: said,
		}}
		if err := c.readInputs(); err != nil {
			t.Fatal(err)
		}
		c.host = l
		if !c.findFiles(t.Context()) || !c.loadRules() {
			t.Fatal(said)
		}
		c.publish(t.Context(), c.diagnose(t.Context()))
		if text, err := os.ReadFile(victim); err != nil || string(text) != "theirs" {
			t.Errorf("by the link %s a file outside became %.40q (%v)", link, text, err)
		}
		if left, _ := os.ReadDir(outside); len(left) != 1 {
			t.Errorf("by the link %s files were written outside: %v", link, left)
		}
		if want := map[bool]int{true: couldNot, false: told}[link == ".envmedic"]; c.status != want {
			t.Errorf("the link %s: status %d, want %d; said\n%s", link, c.status, want, said)
		}
	}
}
