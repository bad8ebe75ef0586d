using System.Globalization;
using System.Net;
using System.Text;

namespace Tidepool.Benchmarks.Plots;

/// <summary>Draws queries per second over recall as an SVG picture, light or dark as its reader likes.</summary>
internal sealed class RecallPlot(string title, string subtitle, IReadOnlyList<MeasuredSeries> series)
{
    private const int Width = 860;
    private const int Left = 76;
    private const int Top = 88;
    private const int Right = Width - 24;
    private const int Bottom = 488;
    private const int LegendTop = Bottom + 66;
    private const int LegendRow = 22;
    private const int LegendColumns = 2;

    /// <summary>Colors that people of any color vision tell apart, for a light and a dark ground.</summary>
    private static readonly (string Light, string Dark)[] s_colors =
    [
        ("#0072b2", "#56b4e9"), ("#d55e00", "#ff9248"), ("#00805c", "#2fd0a0"), ("#a63d7f", "#e58fc4"),
        ("#8a6d00", "#e6c229"), ("#5b4db3", "#a99cff"), ("#4f5b66", "#b4bec8"), ("#b3001b", "#ff7a86"),
    ];

    private readonly StringBuilder _svg = new();
    private readonly LogarithmicAxis _speed = MakeSpeedAxis(series);

    /// <summary>The picture.</summary>
    internal string Draw()
    {
        int height = LegendTop + (LegendRow * ((series.Count + LegendColumns - 1) / LegendColumns));
        Add($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height}\" width=\"{Width}\"");
        Add($" height=\"{height}\" role=\"img\" aria-label=\"{Escape(title)}\">\n");
        AddStyle();
        Add($"<rect class=\"ground\" width=\"{Width}\" height=\"{height}\"/>\n");
        AddText(Left, 30, "title", title);
        AddText(Left, 50, "note", subtitle);
        AddAxes();
        Add($"<clipPath id=\"area\"><rect x=\"{Left - 6}\" y=\"{Top - 6}\" width=\"{Right - Left + 12}\"");
        Add($" height=\"{Bottom - Top + 12}\"/></clipPath>\n");
        for (int i = 0; i < series.Count; i++)
        {
            AddSeries(i);
        }

        _svg.Append("</svg>\n");
        return _svg.ToString();
    }

    private static LogarithmicAxis MakeSpeedAxis(IReadOnlyList<MeasuredSeries> series)
    {
        double[] shown =
        [
            .. series
                .SelectMany(one => one.Front)
                .Where(point => point.Recall >= RecallAxis.Least)
                .Select(point => point.QueriesPerSecond),
        ];
        return shown.Length > 0
            ? new LogarithmicAxis(shown.Min(), shown.Max())
            : throw new InvalidDataException("No result reaches the least recall that is shown, 0.8.");
    }

    private void AddStyle()
    {
        _svg.Append("<style>\ntext { font: 13px system-ui, sans-serif; fill: #24292f; }\n");
        _svg.Append(".title { font-size: 17px; font-weight: 600; } .note { font-size: 12px; fill: #57606a; }\n");
        _svg.Append(".ground { fill: #ffffff; } .grid { stroke: #d8dee4; }\n");
        _svg.Append("polyline { fill: none; stroke-width: 2; }\n");
        AddColors(color => color.Light);
        _svg.Append("@media (prefers-color-scheme: dark) {\ntext { fill: #e6edf3; } .note { fill: #9aa4af; }\n");
        _svg.Append(".ground { fill: #0d1117; } .grid { stroke: #30363d; }\n");
        AddColors(color => color.Dark);
        _svg.Append("}\n</style>\n");
    }

    private void AddColors(Func<(string Light, string Dark), string> choose)
    {
        for (int i = 0; i < s_colors.Length; i++)
        {
            Add($".s{i} {{ color: {choose(s_colors[i])}; }}\n");
        }

        _svg.Append("g polyline { stroke: currentColor; } g path { fill: currentColor; }\n");
    }

    private void AddAxes()
    {
        foreach (double recall in RecallAxis.Ticks)
        {
            double x = X(recall);
            Add($"<path class=\"grid\" d=\"M{x:0.0} {Top}V{Bottom}\"/>\n");
            AddText(x, Bottom + 20, "", recall.ToString(CultureInfo.InvariantCulture), "middle");
        }

        foreach (double speed in _speed.Ticks)
        {
            double y = Y(speed);
            Add($"<path class=\"grid\" d=\"M{Left} {y:0.0}H{Right}\"/>\n");
            AddText(Left - 8, y + 4, "", speed.ToString("#,0.###", CultureInfo.InvariantCulture), "end");
        }

        AddText((Left + Right) / 2.0, Bottom + 42, "note", "recall@10", "middle");
        AddText(Left, Top - 8, "note", "queries per second");
    }

    private void AddSeries(int index)
    {
        MeasuredSeries one = series[index];
        string points = string.Join(' ', one.Front.Select(point => string.Create(
            CultureInfo.InvariantCulture, $"{X(point.Recall):0.0},{Y(point.QueriesPerSecond):0.0}")));
        Add($"<g class=\"s{index % s_colors.Length}\">\n<g clip-path=\"url(#area)\"><polyline points=\"{points}\"/>\n");
        foreach (MeasuredPoint point in one.Front.Where(point => point.Recall >= RecallAxis.Least))
        {
            AddMarker(index, X(point.Recall), Y(point.QueriesPerSecond));
        }

        _svg.Append("</g>\n");
        double x = Left + (index % LegendColumns * (Right - Left) / (double)LegendColumns);
        double y = LegendTop + (LegendRow * (index / LegendColumns));
        Add($"<polyline points=\"{x:0.0},{y - 4:0.0} {x + 28:0.0},{y - 4:0.0}\"/>");
        AddMarker(index, x + 14, y - 4);
        _svg.Append("</g>\n");
        AddText(x + 36, y, "", one.Name);
    }

    /// <summary>A circle, square, diamond or triangle: shapes tell apart what colors repeat.</summary>
    private void AddMarker(int index, double x, double y)
    {
        string shape = ((index + (index / s_colors.Length)) % 4) switch
        {
            0 => "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z",
            1 => "m-3.5 -3.5h7v7h-7z",
            2 => "m0 -5l5 5l-5 5l-5 -5z",
            _ => "m0 -5l5 8.5h-10z",
        };
        Add($"<path d=\"M{x:0.0} {y:0.0}{shape}\"/>\n");
    }

    private static double X(double recall) => Left + (RecallAxis.Position(recall) * (Right - Left));

    private double Y(double speed) => Bottom - (_speed.Position(speed) * (Bottom - Top));

    private void AddText(double x, double y, string style, string text, string anchor = "start") =>
        Add($"<text class=\"{style}\" x=\"{x:0.0}\" y=\"{y:0.0}\" text-anchor=\"{anchor}\">{Escape(text)}</text>\n");

    private void Add(FormattableString text) => _svg.Append(text.ToString(CultureInfo.InvariantCulture));

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
