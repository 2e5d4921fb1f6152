package diagnose
import ("testing";"os";"fmt";"bytes";"github.com/envmedic/envmedic/internal/buildlog")
func TestZZ(t *testing.T){ b,_:=os.ReadFile(os.Getenv("ZZ")); rs:=Builtin(); l,_:=buildlog.Read(bytes.NewReader(b),"x",buildlog.NewFinder(rs.Literals()))
 for i,s:=range l.Steps{fmt.Printf("%d %+v\n",i,s)}
 for _,x:=range l.Lines{fmt.Printf("%d s%d b%d e%v %q\n",x.Num,x.Step,x.Block,x.Echo,x.Text)}
 fmt.Println(l.Outcome, l.FailedStep())
 for _,f:=range findings(rs,l){fmt.Println(f.rule.id,f.first,f.captures)}
}
