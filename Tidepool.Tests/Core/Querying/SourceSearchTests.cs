using NUnit.Framework;
using Tidepool.Index.Binary;
using Tidepool.Index.Distance;
using Tidepool.Index.Vectors;
using Tidepool.Querying;
using Tidepool.Segments;
using Tidepool.Snapshots;

namespace Tidepool.Tests.Core.Querying;

internal sealed class SourceSearchTests
{
    private static readonly VectorQuery s_query = new(
        "",
        Metric.SquaredEuclidean,
        new float[] { 10, 0 },
        10,
        HitCount: 2,
        float.PositiveInfinity,
        Filter: null,
        SearchAim.Of(new SearchOptions { ProbeCount = 7 }));

    [Test]
    public void Search_Index_TakesItsHitsAndCounters()
    {
        var index = new ScriptedIndex { Offers = { (5, 30), (4, 31), (6, 33) } };

        SearchWork work = Run(QuerySegments.Source(QuerySegments.Open(90)), index, out Hit[] hits);

        Assert.That(hits.Select(hit => hit.Ordinal), Is.EqualTo([31, 30]));
        Assert.That(work.Describe(), Is.EqualTo("ivf: 1 segment, 3 cells"));
        Assert.That(
            (work.VectorsScored, work.CoarseScored, work.FineScored, work.ExactScored), Is.EqualTo((100, 100, 20, 4)));
        Assert.That(index.LastQuery, Is.EqualTo((0, 60, 7)), "padding is no filter");
    }

    [Test]
    public void Search_IndexWithDeadRows_IsToldWhichLive()
    {
        var index = new ScriptedIndex(IndexKind.Hnsw);

        SearchWork work = Run(QuerySegments.Source(QuerySegments.Open(90), 4), index, out _);

        Assert.That(index.LastQuery, Is.EqualTo((2, 59, 0)));
        Assert.That(work.Describe(), Is.EqualTo("hnsw: 1 segment, 3 nodes"));
    }

    [Test]
    public void Search_DamagedIndex_ScansInsteadAndRemembers()
    {
        SegmentHandle segment = QuerySegments.Open(90);
        var index = new ScriptedIndex
        {
            Offers = { (0, 30) },
            Damage = new SegmentFormatException("a cell is torn", 77),
        };

        SearchWork work = Run(QuerySegments.Source(segment), index, out Hit[] hits);

        Assert.That(hits.Select(hit => hit.Ordinal), Is.EqualTo([10, 9]), "what was offered before does not count");
        Assert.That(work.Describe(), Is.EqualTo("exact: 1 segment, 1 index damaged"));
        Assert.That(segment.HasDamagedIndex(""), Is.True);
        Assert.That(segment.HasDamagedIndex("other"), Is.False);
        Assert.That(segment.FindIndex(""), Is.Null);
        Assert.That(segment.TakeUnreportedDamage()!.Message, Does.Contain("a cell is torn"));
        Assert.That(segment.TakeUnreportedDamage(), Is.Null, "it is reported once");
    }

    [Test]
    public void Describe_Parts_AreAllNamed()
    {
        var work = new SearchWork { IvfSegments = 3, CellsProbed = 24, ScannedSegments = 1, ScannedTails = 1 };
        SearchWork sum = default;
        sum.Add(work);
        sum.Add(new SearchWork { HnswSegments = 1, NodesVisited = 1, IsFiltered = true, DamagedIndexes = 2 });

        Assert.That(work.Describe(), Is.EqualTo("ivf: 3 segments, 24 cells; exact: 1 segment, 1 tail"));
        Assert.That(sum.Describe(), Is.EqualTo(
            "ivf: 3 segments, 24 cells; hnsw: 1 segment, 1 node; exact: 1 segment, 1 tail, 2 indexes damaged; "
            + "filtered"));
        Assert.That(new SearchWork().Describe(), Is.EqualTo("exact"));
    }

    private static SearchWork Run(SnapshotSource source, IVectorIndex index, out Hit[] hits)
    {
        var list = new HitList();
        list.Reset(s_query.HitCount);
        SearchWork work = default;
        SourceSearch.Search(
            [source],
            0,
            0,
            source.Rows.RowCount,
            new SourcePlan(index, new RowSelection(source.LiveWords, source.Rows.RowCount, source.LiveCount)),
            s_query,
            float.PositiveInfinity,
            new QueryScratch(),
            list,
            ref work);
        hits = list.Hits.ToArray();
        return work;
    }
}
