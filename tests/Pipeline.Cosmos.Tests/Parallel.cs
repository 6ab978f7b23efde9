// Nearly all of the time these tests wait, as a caller of a service does: more of them at once than there are processors.
[assembly: CollectionBehavior(MaxParallelThreads = 8)]
