namespace Tidepool.Tests.Torture;

/// <summary>Fills a small disk up to its last block, keeps it full for a while, and makes room again.</summary>
internal sealed class FullDisk : Trouble
{
    private const long LargestDiskBytes = 1L << 30;
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_refill = TimeSpan.FromMilliseconds(20);
    private static readonly byte[] s_block = new byte[64 << 10];

    private readonly string _path;

    /// <param name="folder">A folder on the disk.</param>
    /// <param name="random">When, and for how long.</param>
    /// <exception cref="ArgumentException">The disk is not small: somebody else may need it.</exception>
    internal FullDisk(string folder, Random random)
        : base(random, TimeSpan.FromSeconds(30))
    {
        long size = new DriveInfo(folder).TotalSize;
        if (size > LargestDiskBytes)
        {
            throw new ArgumentException($"{folder} is on a disk of {size} bytes; expected 1 GiB at most.");
        }

        _path = Path.Combine(folder, "ballast");
    }

    protected override async Task CauseAsync()
    {
        TimeSpan left = Pick(s_longest);
        await using (FileStream ballast = new(_path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            for (; left > TimeSpan.Zero; left -= s_refill)
            {
                Fill(ballast); // What others delete meanwhile makes room.
                await Task.Delay(s_refill);
            }
        }

        File.Delete(_path);
    }

    private static void Fill(FileStream ballast)
    {
        for (int size = s_block.Length; size > 0; size /= 4)
        {
            try
            {
                while (true)
                {
                    ballast.Write(s_block, 0, size);
                    ballast.Flush(flushToDisk: false);
                }
            }
            catch (IOException)
            {
                // Full, for blocks of this size.
            }
        }
    }
}
