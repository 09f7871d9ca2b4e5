// What the judges share. Each of them brings the Velero that it links.
module github.com/veltx/veltx/testdata/velero/oracle

go 1.26.0
