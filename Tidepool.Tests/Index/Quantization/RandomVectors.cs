namespace Tidepool.Tests.Index.Quantization;

/// <summary>Vectors to quantize: even ones, as a rotation makes them, and awkward ones.</summary>
internal static class RandomVectors
{
    /// <summary>What is hard for a code: each fills a vector.</summary>
    internal static IReadOnlyDictionary<string, Action<float[], Random>> Awkward { get; } =
        new Dictionary<string, Action<float[], Random>>
        {
            ["zeros"] = (values, _) => Array.Clear(values),
            ["constant"] = (values, _) => Array.Fill(values, 0.25f),
            ["one dimension"] = (values, _) => values[3] = -7,
            ["smallest numbers"] = (values, _) => Array.Fill(values, float.Epsilon),
            ["a smallest number"] = (values, _) => values[^1] = float.Epsilon,
            ["tiny"] = (values, random) => FillGaussian(values, random, 1e-30),
            ["subnormal"] = (values, random) => FillGaussian(values, random, 1e-41),
            ["huge"] = (values, random) => FillGaussian(values, random, 1e25),
            ["largest numbers"] = (values, random) => Fill(values, _ =>
                random.Next(2) == 0 ? float.MaxValue : -float.MaxValue),
            ["huge beside tiny"] = (values, random) => Fill(values, i => i % 2 == 0 ? 1e20f : random.NextSingle()),
            ["heavy tails"] = (values, random) => Fill(values, _ => (float)Math.Pow(Gaussian(random), 7)),
            ["few levels"] = (values, random) => Fill(values, _ => random.Next(-2, 3)),
        };

    internal static IEnumerable<string> AwkwardNames => Awkward.Keys;

    internal static float[] Create(int length, Random random, double deviation = 1)
    {
        float[] values = new float[length];
        FillGaussian(values, random, deviation);
        return values;
    }

    internal static float[] CreateAwkward(string name, int length, Random random)
    {
        float[] values = new float[length];
        Awkward[name](values, random);
        return values;
    }

    internal static float[] Subtract(float[] a, float[] b) => [.. a.Zip(b, (x, y) => x - y)];

    internal static float[] Add(float[] a, float[] b) => [.. a.Zip(b, (x, y) => x + y)];

    private static void FillGaussian(float[] values, Random random, double deviation) =>
        Fill(values, _ => (float)(Gaussian(random) * deviation));

    private static void Fill(float[] values, Func<int, float> create)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = create(i);
        }
    }

    private static double Gaussian(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
