package diagnose

import (
	"strings"

	"github.com/envmedic/envmedic/internal/edit"
)

// dropFences takes the fences of a block of Markdown out of the requirements file at hand, and leaves what is between them.
func dropFences(c remedyContext, _ map[string]string) (string, []edit.File, error) {
	f := c.File
	if f == nil || f.Requirements == nil {
		return "", nil, refuse("the log does not lead to the requirements file that holds the fence")
	}
	var edits []edit.Edit
	for n := 1; n <= f.Lines(); n++ {
		if strings.HasPrefix(strings.TrimSpace(f.Text(n)), "```") {
			edits = append(edits, removeLines(f, f.LineSpan(n)))
		}
	}
	if len(edits) == 0 {
		return "", nil, refuse("%s holds no fences", f.Path)
	}
	return "remove the fences", change(f, edits...), nil
}
