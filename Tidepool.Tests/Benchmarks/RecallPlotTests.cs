using System.Text.Json.Nodes;
using System.Xml.Linq;
using NUnit.Framework;
using Tidepool.Benchmarks.Plots;

namespace Tidepool.Tests.Benchmarks;

internal sealed class RecallPlotTests
{
    private static readonly string[] s_lines =
    [
        Line("tidepool", "ivf", 0.95, 9000),
        Line("tidepool", "ivf", 0.99, 4000),
        Line("tidepool", "ivf", 0.98, 3000),
        Line("tidepool", "ivf", 1, 70, filter: "attr<10"),
        Line("hnsw<lib>", "M=16", 0.9, 12_000),
        Line("weak", "x", 0.7, 99_000),
        """{"kind":"ingest","peer":"tidepool"}""",
        "",
    ];

    [Test]
    public void Parse_Lines_GroupsPeersWithTheirFronts()
    {
        ResultLines lines = ResultLines.Parse(s_lines, filter: "");

        Assert.That((lines.Dataset, lines.Machines, lines.Commits), Is.EqualTo(("glove", "C", "abc")));
        Assert.That(lines.Series.Select(series => series.Name), Is.EqualTo(["hnsw<lib> M=16", "tidepool ivf half"]));
        Assert.That(lines.Series[1].Front, Is.EqualTo([new MeasuredPoint(0.95, 9000), new MeasuredPoint(0.99, 4000)]));
    }

    [Test]
    public void Parse_Filter_KeepsItsLines()
    {
        ResultLines lines = ResultLines.Parse(s_lines, filter: "attr<10");

        Assert.That(lines.Series.Single().Front, Is.EqualTo([new MeasuredPoint(1, 70)]));
    }

    [TestCase("{")]
    [TestCase("[]")]
    [TestCase("""{"peer":"p","dataset":"other","recall_at_10":1,"qps":1}""")]
    public void Parse_DamagedLineOrAnotherDataSet_SaysSo(string line)
    {
        Assert.That(() => ResultLines.Parse([.. s_lines, line], filter: ""), Throws.InstanceOf<InvalidDataException>());
    }

    [Test]
    public void Parse_NoLine_SaysSo()
    {
        Assert.That(() => ResultLines.Parse([], filter: ""), Throws.InstanceOf<InvalidDataException>());
    }

    [Test]
    public void Draw_Series_IsXmlWithALineEach()
    {
        ResultLines lines = ResultLines.Parse(s_lines, filter: "");

        XElement picture = XElement.Parse(new RecallPlot("a & b", "note", lines.Series).Draw());

        XNamespace svg = "http://www.w3.org/2000/svg";
        string[] texts = [.. picture.Elements(svg + "text").Select(text => text.Value)];
        XElement[] groups = [.. picture.Elements(svg + "g")];
        Assert.That(texts, Does.Contain("a & b").And.Contain("hnsw<lib> M=16").And.Contain("0.995"));
        Assert.That(groups, Has.Length.EqualTo(2));
        Assert.That(
            groups[1].Element(svg + "g")!.Element(svg + "polyline")!.Attribute("points")!.Value.Split(' '),
            Has.Length.EqualTo(2));
        Assert.That(picture.Element(svg + "style")!.Value, Does.Contain("prefers-color-scheme: dark"));
    }

    [Test]
    public void Draw_NothingShown_SaysSo()
    {
        Assert.That(
            () => new RecallPlot("", "", [new MeasuredSeries("weak", [new MeasuredPoint(0.5, 1)])]),
            Throws.InstanceOf<InvalidDataException>());
    }

    private static string Line(string peer, string index, double recall, double qps, string filter = "") =>
        new JsonObject
        {
            ["peer"] = peer,
            ["dataset"] = "glove",
            ["index"] = index,
            ["quantization"] = peer == "tidepool" ? "half" : null,
            ["filter"] = filter,
            ["recall_at_10"] = recall,
            ["qps"] = qps,
            ["cpu"] = "C, 2 cores",
            ["threads"] = 1,
            ["commit"] = peer == "tidepool" ? "abc" : "0.8",
        }.ToJsonString();
}
