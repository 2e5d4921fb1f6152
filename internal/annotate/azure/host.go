// Package azure tells people on Azure DevOps what a report says: issues in the log of the step, a summary, threads and a status on
// the pull request, a tag of the build, and a pull request with the edits. It also reads what only Azure DevOps has: the logs of
// the build's other steps, and its artifacts.
//
// What needs no permission comes first. A permission that the token lacks costs the feature that needs it, and is said in one line
// with the identity and the right to grant.
package azure

import (
	"fmt"
	"io"
	"net/http"

	"github.com/microsoft/azure-devops-go-api/azuredevops/v7"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/build"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/git"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/location"

	"github.com/envmedic/envmedic/internal/annotate"
)

// Options are what Open needs from the process it runs in.
type Options struct {
	Getenv func(string) string
	Out    io.Writer // standard output of the step, where logging commands are read
	Token  string    // the step's input; "" takes the job's own token, where the agent gives it
	Client *http.Client
	Masker *annotate.Masker

	// Files that were written before Publish is called; "" where there is none. The agent reads them when it sees the line.
	SummaryFile string // Markdown, for the tab of the run
	PatchFile   string // the edits as a diff, for an artifact of the run; not read where there are none
}

// A Host is Azure DevOps as one step of a build sees it.
type Host struct {
	run           run
	out           io.Writer
	authorization string       // the header's value; "" without a token
	client        *http.Client // answers that the SDK would misread are errors of it
	git           gitAPI       // nil without a token, as the next two
	build         buildAPI
	location      locationAPI
	mask          *annotate.Masker
	summaryFile   string
	patchFile     string
	viewer        *identity // the token's own, asked for once by self
	said          map[string]bool
}

// Open reads what the agent says of the build. Nothing is called yet.
func Open(o Options) (*Host, error) {
	r, err := readRun(o.Getenv)
	if err != nil {
		return nil, err
	}
	h := &Host{
		run: r, out: o.Out, mask: o.Masker, summaryFile: o.SummaryFile, patchFile: o.PatchFile,
		authorization: authorization(o.Getenv, o.Token), client: guarded(o.Client), said: map[string]bool{},
	}
	if h.authorization == "" {
		return h, nil
	}
	if r.collection == "" {
		return nil, fmt.Errorf("a token is given, and SYSTEM_COLLECTIONURI, the address it is for, is not set; run envmedic in a job of Azure Pipelines, or leave out the token")
	}
	h.connect()
	return h, nil
}

// connect makes the clients by hand: the SDK's own constructors take no HTTP client, know no proxy, and ask for the areas first.
func (h *Host) connect() {
	connection := &azuredevops.Connection{
		AuthorizationString: h.authorization, BaseUrl: h.run.collection, SuppressFedAuthRedirect: true, UserAgent: "envmedic",
	}
	c := *azuredevops.NewClientWithOptions(connection, h.run.collection, azuredevops.WithHTTPClient(h.client))
	h.git, h.build, h.location = &git.ClientImpl{Client: c}, &build.ClientImpl{Client: c}, &location.ClientImpl{Client: c}
}

// say prints one line to the step's log, once.
func (h *Host) say(text string) {
	line := "envmedic: " + annotate.Plain(h.mask.Mask(text))
	if !h.said[line] {
		h.said[line] = true
		fmt.Fprintln(h.out, line)
	}
}
