package azure

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"strconv"
	"strings"

	"github.com/envmedic/envmedic/internal/annotate"
)

// A run is what the agent says of the build, in the variables that Microsoft lists under "Use predefined variables".
type run struct {
	collection string // https://dev.azure.com/organisation, without a slash behind it; "" where it is unknown
	project    string
	repository string // the id, of Azure Repos a GUID
	repoName   string
	provider   string // TfsGit, GitHub, …
	build      int
	pipeline   string // the definition's name
	branch     string // refs/heads/…, of a pull request refs/pull/N/merge
	sources    string // where the job checks out; the folder that Telling.FromWorkspace begins at
	checkout   string // where the repository itself is, if there is but one
	step       string // the id of this step's own record in the timeline
	job        string // the same of the job

	pullRequest  int    // of Azure Repos; 0 outside a build that a branch policy started
	sourceCommit string // what of the pull request was built; "" where the agent does not say
	fork         bool
}

func readRun(getenv func(string) string) (run, error) {
	r := run{
		collection: first(getenv, "SYSTEM_COLLECTIONURI", "SYSTEM_TEAMFOUNDATIONCOLLECTIONURI", "ENDPOINT_URL_SYSTEMVSSCONNECTION"),
		project:    first(getenv, "SYSTEM_TEAMPROJECT", "SYSTEM_TEAMPROJECTID"),
		repository: first(getenv, "BUILD_REPOSITORY_ID", "BUILD_REPOSITORY_NAME"), repoName: getenv("BUILD_REPOSITORY_NAME"),
		provider: getenv("BUILD_REPOSITORY_PROVIDER"), pipeline: getenv("BUILD_DEFINITIONNAME"), branch: getenv("BUILD_SOURCEBRANCH"),
		sources: getenv("BUILD_SOURCESDIRECTORY"), checkout: getenv("BUILD_REPOSITORY_LOCALPATH"),
		step: getenv("SYSTEM_TASKINSTANCEID"), job: getenv("SYSTEM_JOBID"),
		sourceCommit: getenv("SYSTEM_PULLREQUEST_SOURCECOMMITID"), fork: strings.EqualFold(getenv("SYSTEM_PULLREQUEST_ISFORK"), "true"),
	}
	u, err := url.Parse(strings.TrimRight(r.collection, "/"))
	if r.collection != "" && (err != nil || u.Host == "") {
		return r, fmt.Errorf("the agent gives %q as the address of the organisation, which is none", r.collection)
	}
	r.collection = u.String() // a collection's name may have blanks, which end a link
	if r.project == "" {
		return r, errors.New("SYSTEM_TEAMPROJECT is not set; run envmedic in a job of Azure Pipelines, or name a log on the command line")
	}
	for _, n := range []struct {
		name  string
		value *int
	}{{"BUILD_BUILDID", &r.build}, {"SYSTEM_PULLREQUEST_PULLREQUESTID", &r.pullRequest}} {
		text := getenv(n.name)
		if text == "" || strings.HasPrefix(text, "$(") { // a variable that the agent did not know stays as it was written
			continue
		}
		var err error
		if *n.value, err = strconv.Atoi(text); err != nil {
			return r, fmt.Errorf("%s is %q, which is no number", n.name, text)
		}
	}
	return r, nil
}

// first is the first of the variables that has a value.
func first(getenv func(string) string, names ...string) string {
	for _, n := range names {
		if v := getenv(n); v != "" {
			return v
		}
	}
	return ""
}

// file is a path of the report as the agent knows it: absolute, in the form of its own system.
//
// With one repository the agent's two variables are the same. With several, both are usually the folder that has one folder for
// each of them, so that a path from the root of a repository would lead nowhere.
func (r *run) file(t *annotate.Telling, p string) string {
	root, below := r.sources, t.InWorkspace(p)
	if root == "" {
		root, below = r.checkout, t.InRepository(p)
	}
	if strings.Contains(root, `\`) {
		return strings.TrimRight(root, `\`) + `\` + strings.ReplaceAll(below, "/", `\`)
	}
	return path.Join(root, below)
}

// page is an address that people open.
func (r *run) page(parts ...string) string {
	address := r.collection
	for _, p := range append([]string{r.project}, parts...) {
		address += "/" + url.PathEscape(p)
	}
	return address
}

// results is the page of this build.
func (r *run) results() string {
	return r.page("_build", "results") + buildQuery + strconv.Itoa(r.build)
}

const buildQuery = "?buildId="

// organisation is the name that identities of the build service carry: of https://dev.azure.com/name or https://name.visualstudio.com.
func (r *run) organisation() string {
	u, err := url.Parse(r.collection)
	if err != nil {
		return ""
	}
	if name, ok := strings.CutSuffix(u.Hostname(), ".visualstudio.com"); ok {
		return name
	}
	return path.Base(u.Path)
}

// Page is the address of this build for people.
func (h *Host) Page() string { return h.run.results() }
